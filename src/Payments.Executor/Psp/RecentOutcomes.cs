namespace Payments.Executor.Psp;

/// <summary>How the tries of the last five minutes ended, by the minute.</summary>
internal sealed class RecentOutcomes(TimeProvider time)
{
    public const int Minutes = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Dictionary<string, int>> _minutes = [];

    public void Count(string outcome)
    {
        lock (_lock)
        {
            var minute = Forget();
            if (!_minutes.TryGetValue(minute, out var counts))
                _minutes.Add(minute, counts = []);
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }
    }

    public IReadOnlyDictionary<string, int> Read()
    {
        lock (_lock)
        {
            Forget();
            return _minutes.Values.SelectMany(m => m).GroupBy(c => c.Key)
                .OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(c => c.Value));
        }
    }

    private long Forget()
    {
        var minute = time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
        foreach (var old in _minutes.Keys.Where(m => m <= minute - Minutes).ToArray())
            _minutes.Remove(old);
        return minute;
    }
}
