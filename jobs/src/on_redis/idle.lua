-- Whether no job is due and none is held by a worker, in all lanes at one moment.
-- KEYS: for each lane active, scheduled, workers, prefix of the inflight sets.
-- ARGV: now (seconds). Returns 1 or 0.
for i = 1, #KEYS, 4 do
    if redis.call('llen', KEYS[i]) > 0 then
        return 0
    end
    if redis.call('zcount', KEYS[i + 1], '-inf', ARGV[1]) > 0 then
        return 0
    end
    for _, worker in ipairs(redis.call('zrange', KEYS[i + 2], 0, -1)) do
        if redis.call('scard', KEYS[i + 3] .. ':' .. worker) > 0 then
            return 0
        end
    end
end
return 1
