-- Forgets a job that was accepted until a time, whatever its state. forgetting.lua comes before it. ARGV: 5 the time in microseconds.
local record = read()
if record.status and tonumber(record.accepted) > tonumber(ARGV[5]) then return 0 end
forget(record)
return 1
