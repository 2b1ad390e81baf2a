package dev.slipway.agent.source;

import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;

/**
 * Connections that take only a Git server's answer for an answer.
 *
 * <p>Given a login page with status 200, JGit would try to read it as the files of a "dumb" server.
 */
final class HttpConnections extends JDKHttpConnectionFactory {
  private static final String GIT = "application/x-git-";
  private static final int NOT_HTTP = -1;

  @Override
  public HttpConnection create(URL url) throws IOException {
    return new Checked(url, Proxy.NO_PROXY);
  }

  @Override
  public HttpConnection create(URL url, Proxy proxy) throws IOException {
    return new Checked(url, proxy);
  }

  private static final class Checked extends JDKHttpConnection {
    Checked(URL url, Proxy proxy) throws IOException {
      super(url, proxy);
    }

    @Override
    public int getResponseCode() throws IOException {
      int status = super.getResponseCode();
      var problem = problem(status);
      if (problem.isPresent()) {
        throw new TransportException(address() + " " + problem.get());
      }
      return status;
    }

    private Optional<String> problem(int status) {
      return switch (status) {
        case HTTP_OK -> contentProblem();
        case HTTP_UNAUTHORIZED ->
            Optional.of("does not accept our credentials (401); check the file with the token");
        case HTTP_FORBIDDEN ->
            Optional.of("refuses this with our credentials (403); check what the token may do");
        case HTTP_NOT_FOUND ->
            Optional.of("does not exist, or not for our credentials (404); check the address");
        case HTTP_MOVED_PERM,
            HTTP_MOVED_TEMP,
            HTTP_SEE_OTHER,
            HTTP_11_MOVED_PERM,
            HTTP_11_MOVED_TEMP ->
            Optional.of("redirects (%d), which is not followed; %s".formatted(status, target()));
        case NOT_HTTP -> Optional.of("does not answer as a web server does; check the port");
        default -> Optional.of("answered with status " + status);
      };
    }

    private Optional<String> contentProblem() {
      var type = Objects.requireNonNullElse(getContentType(), "a file");
      return type.startsWith(GIT)
          ? Optional.empty()
          : Optional.of(
              "answered with %s and not as a Git server does; plain files are not enough, it takes"
                      .formatted(type)
                  + " git http-backend or the like");
    }

    private String target() {
      var location = getHeaderField("Location");
      return location == null
          ? "it does not say where to"
          : "if you trust it, configure the address it names: " + withoutQuery(location);
    }

    private String address() {
      return withoutQuery(getURL().toString());
    }

    private static String withoutQuery(String url) {
      return url.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//");
    }
  }
}
