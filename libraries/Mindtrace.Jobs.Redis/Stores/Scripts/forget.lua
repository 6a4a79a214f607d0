-- Forgets a job that was accepted until a time, whatever its state. ARGV: 5 the time in microseconds.
local accepted = redis.call('HGET', JOB, 'accepted')
if accepted and tonumber(accepted) > tonumber(ARGV[5]) then return 0 end
redis.call('ZREM', DISPATCH, ID)
redis.call('ZREM', LEASES, ID)
redis.call('ZREM', DEAD, ID)
redis.call('DEL', JOB, BODY, OUTPUT, ERROR, ATTEMPTS)
for _, index in pairs(INDEX) do redis.call('ZREM', index, ID) end
redis.call('PUBLISH', EVENTS, 'forgotten')
return 1
