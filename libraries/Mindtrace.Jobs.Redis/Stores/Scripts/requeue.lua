-- Takes a dead letter back into the queue, as if it had never been tried. one.lua comes before it. KEYS: 18 routes. ARGV: 5 the job with another payload,
-- or ''. Answers {answer, the job that holds its unique key, or ''}.
local record = read()
if not record.status then return { 'Unknown', '' } end
if not record.dead then return { 'NotDeadLetter', '' } end
local route = redis.call('HGET', KEYS[18], redis.call('HGET', JOB, 'type'))
if not route then return { 'NoRoute', '' } end
if record.unique then
  local holder = redis.call('HGET', UNIQUE, record.unique)
  if holder and holder ~= ID then return { 'KeyHeld', holder } end
  redis.call('HSET', UNIQUE, record.unique, ID)
  write('held', '1')
end

remove(DEAD)
redis.call('DEL', own('output'), own('error_text'), own('provenance'))
if ARGV[5] ~= '' then redis.call('SET', own('body'), ARGV[5]) end
if record.whole then
  record.expires = NOW + record.whole
  write('expires', text(record.expires))
end
queue(record, NOW, 'route', route, 'dead', '', 'attempt', '0', 'failures', '0', 'deaths', '0', 'token', '', 'ended', '', 'worker', '',
  'started', '', 'finished', '')
commit()
return { 'Requeued', '' }
