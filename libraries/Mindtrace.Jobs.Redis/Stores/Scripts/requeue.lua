-- Takes a dead letter back into the queue, as if it had never been tried. KEYS: 16 routes.
local record = read()
if not record.status then return 'Unknown' end
if not record.dead then return 'NotDeadLetter' end
local route = redis.call('HGET', KEYS[16], record.type)
if not route then return 'NoRoute' end

redis.call('ZREM', DEAD, ID)
redis.call('DEL', OUTPUT, ERROR)
if record.whole then
  record.expires = NOW + record.whole
  redis.call('HSET', JOB, 'expires', text(record.expires))
end
queue(record, NOW, 'route', route, 'dead', '', 'attempt', '0', 'failures', '0', 'deaths', '0', 'token', '', 'ended', '', 'worker', '',
  'started', '', 'finished', '')
return 'Requeued'
