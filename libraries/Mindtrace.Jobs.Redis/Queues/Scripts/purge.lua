if not declared() then
  return false
end

local purged = 0
local ids = lapsed()
while #ids > 0 do
  remove(ids, held)
  purged = purged + #ids
  ids = lapsed()
end

ids = redis.call('ZRANGE', ready, 0, batch - 1)
while #ids > 0 do
  remove(ids, ready)
  purged = purged + #ids
  ids = redis.call('ZRANGE', ready, 0, batch - 1)
end
return purged
