-- Accepts jobs by the routes of their types. limits.lua comes before it. KEYS: 1 routes, 2 dispatch, 3 types, 4 limits, then for each job: record, body, output, error, index of
-- the queued, index of the errors. ARGV: 2 hold in microseconds, 3 channel of new dispatch entries, then for each job: id, type, body,
-- not before (microseconds, or ''), max attempts, priority, traceparent, tracestate, output and reason for want of a route, limits.
-- Answers for each job: false when known, else {accepted, due, dispatch or '', route or ''}.
local ROUTES, DISPATCH, TYPES, LIMITS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local answers = {}
local later = false
for i = 0, (#ARGV - 3) / 11 - 1 do
  local job, body, output, reason, queued, errors = unpack(KEYS, 5 + 6 * i, 10 + 6 * i)
  local id, type, content, not_before, max, priority, trace, tracestate, no_route_output, no_route_reason, described =
    unpack(ARGV, 4 + 11 * i, 14 + 11 * i)
  if redis.call('EXISTS', job) == 1 then
    answers[i + 1] = false
  else
    local accepted = text(NOW + i)
    local due = math.max(NOW + i, tonumber(not_before) or 0)
    local route = redis.call('HGET', ROUTES, type)
    local fields = { 'v', '1', 'type', type, 'route', route or '', 'accepted', accepted, 'due', text(due), 'max', max, 'priority', priority,
      'trace', trace, 'tracestate', tracestate, 'attempt', '0', 'failures', '0', 'deaths', '0' }
    redis.call('SET', body, content)
    local look = add_limits(fields, described, due)
    if route then
      local dispatch = due > NOW + i and due or NOW + i + tonumber(ARGV[2])
      later = later or dispatch == due
      redis.call('ZADD', DISPATCH, text(dispatch), id)
      redis.call('ZADD', queued, text(due), id)
      if look then redis.call('ZADD', LIMITS, text(look), id) end
      redis.call('HSET', job, 'status', 'queued', unpack(fields))
      answers[i + 1] = { accepted, text(due), text(dispatch), route }
    else
      redis.call('SADD', TYPES, type)
      redis.call('SET', output, no_route_output)
      redis.call('SET', reason, no_route_reason)
      redis.call('ZADD', errors, accepted, id)
      redis.call('HSET', job, 'status', 'error', 'finished', accepted, unpack(fields))
      answers[i + 1] = { accepted, text(due), '', '' }
    end
  end
end
if later then redis.call('PUBLISH', ARGV[3], '') end
return answers
