using System.Diagnostics;

namespace Payments.Benchmark.Loading;

/// <summary>Who of one load has ended, and when. Written by the consumer of terminal events only.</summary>
internal sealed class Tally
{
    private readonly PaymentEnd _expected;
    private readonly long[] _endedAt;
    private readonly PaymentEnd[] _ends;
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ended;
    private int _count;

    /// <param name="load">The number in its payments' ids.</param>
    /// <param name="capacity">How many payments it can have.</param>
    /// <param name="expected">How each has to end; <see cref="PaymentEnd.None"/> takes any end.</param>
    public Tally(ushort load, int capacity, PaymentEnd expected)
    {
        Load = load;
        _expected = expected;
        _endedAt = new long[capacity];
        _ends = new PaymentEnd[capacity];
        _count = int.MaxValue;
    }

    public ushort Load { get; }

    public int Capacity => _endedAt.Length;

    /// <summary>Payments with at least one terminal event.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Terminal events beyond each payment's first.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Terminal events that say something else than expected.</summary>
    public int Unexpected { get; private set; }

    /// <summary>When the last event came that was a payment's first.</summary>
    public long LastEndedAt { get; private set; }

    /// <summary>Completes when as many payments have ended as the load has.</summary>
    public Task All => _all.Task;

    /// <summary>Says how many payments the load has.</summary>
    public void Expect(int count)
    {
        Volatile.Write(ref _count, count);
        CompleteIfAll();
    }

    public void Record(uint number, PaymentEnd end, long at)
    {
        if (_expected != PaymentEnd.None && end != _expected)
            Unexpected++;
        if (_endedAt[number] != 0)
        {
            Duplicates++;
            return;
        }

        _ends[number] = end;
        _endedAt[number] = at;
        LastEndedAt = at;
        Volatile.Write(ref _ended, _ended + 1);
        CompleteIfAll();
    }

    /// <summary>As its first terminal event said.</summary>
    public PaymentEnd EndOf(int number) => _ends[number];

    public TimeSpan LatencyOf(int number, long intendedAt) => Stopwatch.GetElapsedTime(intendedAt, _endedAt[number]);

    /// <summary>How many had ended by then.</summary>
    public int EndedBy(long timestamp) => _endedAt.Count(at => at != 0 && at <= timestamp);

    private void CompleteIfAll()
    {
        if (Volatile.Read(ref _ended) >= Volatile.Read(ref _count))
            _all.TrySetResult();
    }
}
