redis.call('HDEL', meta, 'order')
redis.call('DEL', ready, held, messages, returns)
return 1
