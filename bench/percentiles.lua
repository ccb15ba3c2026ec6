-- Prints latencies in microseconds; wrk itself leaves out the 95th percentile.
done = function(summary, latency, requests)
    for _, share in ipairs({50, 95, 99}) do
        io.write(string.format("p%d %.1f\n", share, latency:percentile(share)))
    end
end
