-- Makes the runs of a schedule that are due, if nobody has since it was seen. submit.lua follows, as the body of a function, and fire_end.lua.
-- Behind what submit.lua takes come KEYS: schedules, their next times, their last times. ARGV: name, the schedule as it was seen, its next time
-- as it was seen, the time after that or '', the time of the latest run.
local SCHEDULES, NEXT, LAST = unpack(KEYS, #KEYS - 2, #KEYS)
local NAME, SEEN, SEEN_NEXT, FOLLOWING, LATEST = unpack(ARGV, #ARGV - 4, #ARGV)
local due = redis.call('ZSCORE', NEXT, NAME)
if not due or tonumber(due) ~= tonumber(SEEN_NEXT) or redis.call('HGET', SCHEDULES, NAME) ~= SEEN then return false end

local function submit()
