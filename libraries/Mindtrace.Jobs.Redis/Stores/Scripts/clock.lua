-- The time in microseconds: ARGV[1], or the server's clock when that is ''.
-- Lua writes numbers with 14 digits; microseconds have 16.
local function text(number) return string.format('%.0f', number) end

local NOW
if ARGV[1] ~= '' then
  NOW = tonumber(ARGV[1])
else
  local clock = redis.call('TIME')
  NOW = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
end
