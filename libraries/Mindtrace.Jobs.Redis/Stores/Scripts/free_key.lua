-- Frees a unique key whose job is gone or holds it no more: what is left when the server was killed in the middle of a step.
-- KEYS: 1 unique keys, 2 record of the job. ARGV: 1 field, 2 job id.
local record = redis.call('HMGET', KEYS[2], 'unique', 'held')
if record[1] == ARGV[1] and record[2] == '1' then return 0 end
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
