-- Accepts jobs by the routes of their types. KEYS: 1 routes, 2 dispatch, 3 types, then for each job: record, body, output, error, index of
-- the queued, index of the errors. ARGV: 2 hold in microseconds, 3 channel of new dispatch entries, then for each job: id, type, body,
-- not before (microseconds, or ''), max attempts, priority, traceparent, tracestate, output and reason for want of a route.
-- Answers for each job: false when known, else {accepted, due, dispatch or '', route or ''}.
local ROUTES, DISPATCH, TYPES = KEYS[1], KEYS[2], KEYS[3]
local answers = {}
local later = false
for i = 0, (#ARGV - 3) / 10 - 1 do
  local job, body, output, reason, queued, errors = unpack(KEYS, 4 + 6 * i, 9 + 6 * i)
  local id, type, content, not_before, max, priority, trace, tracestate, no_route_output, no_route_reason = unpack(ARGV, 4 + 10 * i, 13 + 10 * i)
  if redis.call('EXISTS', job) == 1 then
    answers[i + 1] = false
  else
    local accepted = text(NOW + i)
    local due = math.max(NOW + i, tonumber(not_before) or 0)
    local route = redis.call('HGET', ROUTES, type)
    local fields = { 'v', '1', 'type', type, 'route', route or '', 'accepted', accepted, 'due', text(due), 'max', max, 'priority', priority,
      'trace', trace, 'tracestate', tracestate, 'attempt', '0', 'failures', '0', 'deaths', '0' }
    redis.call('SET', body, content)
    if route then
      local dispatch = due > NOW + i and due or NOW + i + tonumber(ARGV[2])
      later = later or dispatch == due
      redis.call('ZADD', DISPATCH, text(dispatch), id)
      redis.call('ZADD', queued, text(due), id)
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
