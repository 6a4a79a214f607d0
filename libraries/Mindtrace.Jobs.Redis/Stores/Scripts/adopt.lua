-- Makes the record of a job that only a message tells of, and starts an attempt of it. one.lua, accept.lua and start.lua come before it.
-- KEYS: 18 types, 19 when the store was last cleared. ARGV: 5 token, 6 worker, 7 lease in microseconds, 8 type, 9 body, 10 not before
-- (microseconds, or ''), 11 max attempts, 12 route, 13 when the store accepted the job (microseconds, or ''), 14 limits, 15 field of the unique
-- keys, or ''. Answers what start.lua says.
if redis.call('EXISTS', JOB) == 0 then
  local accepted, cleared = tonumber(ARGV[13]), tonumber(redis.call('GET', KEYS[19]) or '')
  if accepted and cleared and accepted <= cleared then return { 'Done', 0, 0 } end

  local due = text(math.max(NOW, tonumber(ARGV[10]) or 0))
  local held = ARGV[15] ~= '' and not redis.call('HGET', UNIQUE, ARGV[15]) and '1' or ''
  local fields, look = describe('queued', '', text(NOW), due, ARGV[8], ARGV[12], ARGV[11], ARGV[14], ARGV[15], held)
  redis.call('SADD', KEYS[18], ARGV[8])
  redis.call('SET', own('body'), ARGV[9])
  if held == '1' then redis.call('HSET', UNIQUE, ARGV[15], ID) end
  if look then add(LIMITS, text(look)) end
  add(own('queued'), due)
  add(DISPATCH, due)
  write(unpack(fields))
end

local answer = start(ARGV[5], ARGV[6], ARGV[7])
commit()
return answer
