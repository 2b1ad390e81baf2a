require "json"
require "rack"
require_relative "database"
require_relative "release"

# The web application: a page of posts, and a form to add one. Whoever posts gets a mail by the worker.
class Forum
  SITE = JSON.parse(File.read(File.expand_path("../config/site.json", __dir__)))
  POSTS = "SELECT id, body FROM posts ORDER BY id DESC LIMIT 20"
  POST = <<~SQL
    WITH post AS (INSERT INTO posts (body) VALUES ($1) RETURNING id)
    INSERT INTO jobs (post_id) SELECT id FROM post RETURNING post_id
  SQL

  def call(environment)
    request = Rack::Request.new(environment)
    case [request.request_method, request.path_info]
    in ["GET", "/up"] then Database.use { |db| db.exec("SELECT 1") } && answer(200, "up")
    in ["GET", "/"] then answer(200, page, "text/html")
    in ["POST", "/posts"] then answer(201, "post #{add(request.params.fetch("body"))}")
    else answer(404, "There is nothing here.")
    end
  end

  private

  def page
    posts = Database.use { |db| db.exec(POSTS).map { |row| "<li>#{Rack::Utils.escape_html(row["body"])}</li>" } }
    <<~HTML
      <!doctype html>
      <title>#{Rack::Utils.escape_html(SITE["title"])}</title>
      <p>Served by #{Rack::Utils.escape_html(SITE["host"])}.</p>
      <ul>#{posts.join}</ul>
      <form method="post" action="/posts"><input name="body"><button>Post</button></form>
    HTML
  end

  def add(body)
    Database.use { |db| db.exec_params(POST, [body]).getvalue(0, 0) }
  end

  def answer(status, text, type = "text/plain")
    [status, { "Content-Type" => "#{type}; charset=utf-8", "X-Slipway-Version" => RELEASE }, [text, "\n"]]
  end
end
