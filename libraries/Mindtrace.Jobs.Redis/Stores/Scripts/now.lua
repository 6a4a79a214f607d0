-- Tells the time in microseconds, as text; clock.lua comes before it.
return text(NOW)
