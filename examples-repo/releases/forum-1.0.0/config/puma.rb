# Told to end, Puma takes nothing new and finishes what it has begun.
threads 1, Integer(ENV.fetch("THREADS", "5"))
bind "tcp://0.0.0.0:#{ENV.fetch("PORT")}"
environment "production"
raise_exception_on_sigterm false
