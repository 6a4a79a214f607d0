-- Reads schedules. KEYS: 1 schedules, 2 their next times, 3 their last times. ARGV: 2 'one', 'all' or 'due', 3 the name of the one.
-- Answers the time, and for each its text, its next time or '', its last time or ''.
local names
if ARGV[2] == 'one' then
  names = { ARGV[3] }
elseif ARGV[2] == 'due' then
  names = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', text(NOW))
else
  names = redis.call('HKEYS', KEYS[1])
end

local found = {}
for _, name in ipairs(names) do
  local schedule = redis.call('HGET', KEYS[1], name)
  local next_at = redis.call('ZSCORE', KEYS[2], name)
  if schedule then
    found[#found + 1] = { schedule, next_at and text(tonumber(next_at)) or '', redis.call('HGET', KEYS[3], name) or '' }
  end
end
return { text(NOW), found }
