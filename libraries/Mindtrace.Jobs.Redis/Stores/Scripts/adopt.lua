-- Makes the record of a job that only a message tells of; claim.lua follows.
-- ARGV: 8 type, 9 body, 10 not before (microseconds, or ''), 11 max attempts, 12 priority, 13 route, 14 traceparent, 15 tracestate,
-- 16 when the store accepted the job (microseconds, or ''), 17 limits, 18 field of
-- the unique keys, or ''. KEYS: 18 types, 19 when the store was last cleared. limits.lua comes before it.
if redis.call('EXISTS', JOB) == 0 then
  local accepted, cleared = tonumber(ARGV[16]), tonumber(redis.call('GET', KEYS[19]) or '')
  if accepted and cleared and accepted <= cleared then return { 'Done', 0, 0 } end

  local due = math.max(NOW, tonumber(ARGV[10]) or 0)
  redis.call('SADD', KEYS[18], ARGV[8])
  redis.call('SET', BODY, ARGV[9])
  local limits = {}
  local look = add_limits(limits, ARGV[17], due)
  if look then redis.call('ZADD', LIMITS, text(look), ID) end
  redis.call('ZADD', INDEX.queued, text(due), ID)
  redis.call('ZADD', DISPATCH, text(due), ID)
  if ARGV[18] ~= '' then
    local held = redis.call('HGET', UNIQUE, ARGV[18]) and '' or '1'
    if held == '1' then redis.call('HSET', UNIQUE, ARGV[18], ID) end
    limits[#limits + 1] = 'unique'
    limits[#limits + 1] = ARGV[18]
    limits[#limits + 1] = 'held'
    limits[#limits + 1] = held
  end
  redis.call('HSET', JOB, 'v', '1', 'status', 'queued', 'type', ARGV[8], 'route', ARGV[13], 'accepted', text(NOW), 'due', text(due),
    'max', ARGV[11], 'priority', ARGV[12], 'trace', ARGV[14], 'tracestate', ARGV[15], 'attempt', '0', 'failures', '0', 'deaths', '0',
    unpack(limits))
end
