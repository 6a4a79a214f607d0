-- Forgets a job that became final until a time, unless it is a dead letter. forgetting.lua comes before it. ARGV: 5 the time in microseconds.
local record = read()
local finished = tonumber(redis.call('HGET', JOB, 'finished') or '')
if record.dead or not finished or finished > tonumber(ARGV[5]) then return 0 end
forget(record)
return 1
