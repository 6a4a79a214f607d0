-- Forgets a job that became final until a time, unless it is a dead letter. ARGV: 5 the time in microseconds.
local record = read()
if record.dead or not record.finished or tonumber(record.finished) > tonumber(ARGV[5]) then return 0 end
forget(record)
return 1
