require_relative "lib/forum"

run Forum.new
