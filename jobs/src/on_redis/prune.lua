-- Forgets finished jobs, a bounded number at a time, and never one that somebody may still run:
-- a worker that takes a job without its data ends.
-- KEYS: finished, active, scheduled, workers, data.
-- ARGV: prefix of the inflight sets, prefix of the metadata, the most to forget.
-- Returns how many were forgotten.
local ids = redis.call('srandmember', KEYS[1], ARGV[3])
if #ids == 0 then
    return 0
end
local held = {}
for _, id in ipairs(redis.call('lrange', KEYS[2], 0, -1)) do
    held[id] = true
end
for _, worker in ipairs(redis.call('zrange', KEYS[4], 0, -1)) do
    for _, id in ipairs(redis.call('smembers', ARGV[1] .. ':' .. worker)) do
        held[id] = true
    end
end
local forgotten = 0
for _, id in ipairs(ids) do
    if not held[id] and not redis.call('zscore', KEYS[3], id) then
        redis.call('srem', KEYS[1], id)
        redis.call('hdel', KEYS[5], id)
        redis.call('del', ARGV[2] .. ':' .. id)
        forgotten = forgotten + 1
    end
end
return forgotten
