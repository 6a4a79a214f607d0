-- Tells how the server's memory stands. KEYS: any key of the cluster's, which leads to the server that keeps it.
return redis.call('INFO', 'memory')
