require "pg"

# Connections to the database that DATABASE_URL names.
module Database
  def self.open
    PG.connect(ENV.fetch("DATABASE_URL"))
  end

  # One for each thread; one that was lost is opened again for the next request.
  def self.use
    yield Thread.current[:database] ||= open
  rescue PG::Error
    Thread.current[:database]&.close
    Thread.current[:database] = nil
    raise
  end
end
