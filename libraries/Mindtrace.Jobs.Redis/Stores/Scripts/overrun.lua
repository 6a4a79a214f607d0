-- Ends a job, or its attempt, that has overrun a limit; else notes when to look next. one.lua comes before it. ARGV: 5 grace in microseconds, 6 wait before a retry in
-- microseconds, 7 attempts kept, 8 prefix of the workers' channels, 9 the reason of a cancelled job, 10 to 13 the reasons of the other limits:
-- wait, run, whole, quiet. Answers {limit or '', worker or ''}.
local LOOK_AGAIN = 1000000
local record = read()
local grace, kept = tonumber(ARGV[5]), ARGV[7]
local first, limit, reason, look
local function bound(name, why, at)
  if at and (not first or at < first) then first, limit, reason = at, name, why end
end

if record.status == 'queued' then
  bound('WaitTimeout', ARGV[10], record.wait and record.due + record.wait)
  bound('JobTimeout', ARGV[12], record.expires)
elseif record.status == 'running' and record.cancel then
  bound('CancelGrace', ARGV[9], record.cancel + grace)
elseif record.status == 'running' then
  bound('Timeout', ARGV[11], record.run and tonumber(record.started) + record.run + grace)
  bound('JobTimeout', ARGV[12], record.expires and record.expires + grace)
  local silent = record.quiet and record.progress + record.quiet + grace
  if silent and record.silence >= record.quiet + grace then
    bound('HeartbeatTimeout', ARGV[13], silent)
  elseif silent then
    look = math.max(silent, NOW + LOOK_AGAIN)
  end
end

if not first or first > NOW then
  if record.status == 'running' and record.cancel then
    redis.call('PUBLISH', ARGV[8] .. record.worker, 'CancelRequested ' .. record.token)
    look = NOW + LOOK_AGAIN
  end
  if first and (not look or first < look) then look = first end
  if look then add(LIMITS, text(look)) else remove(LIMITS) end
  commit()
  return { '', '' }
end

if record.status == 'queued' then
  redis.call('SET', own('error_text'), reason)
  bury(record, limit == 'WaitTimeout' and 'error' or 'failed')
  commit()
  return { limit, '' }
end

remove(LEASES)
note_attempt(record, 'Stopped', reason, kept)
local failures = record.failures + 1
if limit == 'CancelGrace' then
  close(record, 'cancelled', 'lease', '', 'ended', 'Stopped')
elseif limit ~= 'JobTimeout' and failures < record.max then
  queue(record, NOW + tonumber(ARGV[6]), 'lease', '', 'ended', 'Stopped', 'failures', failures)
else
  bury(record, 'failed', 'lease', '', 'ended', 'Stopped', 'failures', failures)
end
commit()
redis.call('PUBLISH', ARGV[8] .. record.worker, 'Stale ' .. record.token)
return { limit, record.worker }
