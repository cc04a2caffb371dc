-- Takes a worker that has ended off the books. A job that it held goes back to the list, but one
-- whose body has run to its end is finished, and one without data is dropped, for it would end
-- the next worker too.
-- KEYS: workers, inflight of the worker, active, data, done, worker metadata.
-- ARGV: the worker, the id of the last finished job or '', prefix of the metadata.
-- Returns how many jobs went back.
local back = 0
for _, id in ipairs(redis.call('smembers', KEYS[2])) do
    if id == ARGV[2] then
        redis.call('sadd', KEYS[5], id)
    elseif redis.call('hexists', KEYS[4], id) == 1 then
        redis.call('rpush', KEYS[3], id)
        redis.call('hset', ARGV[3] .. ':' .. id, 'status', 'Pending')
        back = back + 1
    end
end
redis.call('del', KEYS[2], KEYS[6])
redis.call('zrem', KEYS[1], ARGV[1])
return back
