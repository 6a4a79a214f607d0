-- Tells in how many microseconds the next dispatch entry is due; false when there is none. KEYS: dispatch.
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if #first == 0 then return false end
return text(math.max(0, tonumber(first[2]) - NOW))
