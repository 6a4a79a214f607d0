-- Takes a worker's own drain back. KEYS: 1 its record. ARGV: 1 id, 2 channel of orders.
-- Answers 0, and changes nothing, when it is unknown or has ended: a drained worker that was let go cannot be called back.
local worker = redis.call('HMGET', KEYS[1], 'url', 'ended')
if not worker[1] or (worker[2] and worker[2] ~= '') then return 0 end
redis.call('HDEL', KEYS[1], 'drain')
redis.call('PUBLISH', ARGV[2], 'worker ' .. ARGV[1])
return 1
