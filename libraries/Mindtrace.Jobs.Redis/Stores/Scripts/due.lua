-- Lists the members of a sorted set whose time has come, the longest due first. KEYS: the set. ARGV: 2 limit.
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(NOW), 'LIMIT', 0, tonumber(ARGV[2]))
