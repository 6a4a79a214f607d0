end

-- The jobs first: should the server be killed in between, they are submitted again, under the same ids.
local accepted = submit()
redis.call('HSET', LAST, NAME, LATEST)
if FOLLOWING ~= '' then redis.call('ZADD', NEXT, FOLLOWING, NAME) else redis.call('ZREM', NEXT, NAME) end
return accepted
