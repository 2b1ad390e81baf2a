<?php
// A blog: its entries come with the release, and a page that was made is kept beside all releases.
declare(strict_types=1);

$release = dirname(__DIR__);
$version = trim(file_get_contents("$release/VERSION"));
header("X-Slipway-Version: $version");

function page(string $release): string
{
    $page = "<!doctype html>\n<title>Blog</title>\n";
    foreach (glob("$release/entries/*.txt") as $entry) {
        $page .= '<article>' . htmlspecialchars(file_get_contents($entry)) . "</article>\n";
    }
    return $page;
}

function kept(string $release, string $version): string
{
    $place = "$release/cache/page-$version.html";
    if (!is_file($place)) {
        // Under another name first, so that nobody reads half a page.
        $draft = tempnam("$release/cache", 'draft');
        file_put_contents($draft, page($release));
        rename($draft, $place);
    }
    return file_get_contents($place);
}

match (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    '/up' => print("up\n"),
    '/' => print(kept($release, $version)),
    default => http_response_code(404),
};
