namespace Payments.Messaging;

/// <summary>
/// Which deliveries of a channel may be acknowledged, in as few frames as possible: one frame covers all that are settled
/// below the lowest one still being worked on. What was settled above it waits for one round, and then goes by itself.
/// </summary>
/// <remarks>Delivery tags count up from 1 within a channel. Not thread-safe.</remarks>
internal sealed class SettledDeliveries
{
    /// <summary>Below the highest tag that was settled, and not settled themselves; never more than are in flight.</summary>
    private readonly SortedSet<ulong> _open = [];

    private ulong _highest;
    private List<ulong> _new = [];
    private List<ulong> _waiting = [];

    public bool IsEmpty => _new.Count == 0 && _waiting.Count == 0;

    /// <summary>The delivery is to be acknowledged.</summary>
    public void Add(ulong tag)
    {
        Close(tag);
        _new.Add(tag);
    }

    /// <summary>The delivery needs no acknowledgement any more: the broker knows already what became of it.</summary>
    public void Close(ulong tag)
    {
        if (_open.Remove(tag))
            return;
        for (var between = _highest + 1; between < tag; between++)
            _open.Add(between);
        _highest = tag;
    }

    /// <summary>What is to be said now.</summary>
    public Acknowledgements Take()
    {
        var limit = _open.Count > 0 ? _open.Min : ulong.MaxValue;
        // The frame has to name a delivery that the broker still waits for, so not just any one below the limit.
        var upTo = _new.Concat(_waiting).Where(tag => tag < limit).DefaultIfEmpty().Max();
        var above = _new.FindAll(tag => tag > limit);
        var single = _waiting.FindAll(tag => tag > limit);
        _waiting = above;
        _new = [];
        return new Acknowledgements(upTo, single);
    }
}

/// <summary>Frames to send.</summary>
/// <param name="UpTo">This delivery and all before it; 0: none.</param>
/// <param name="Single">These, each by itself.</param>
internal readonly record struct Acknowledgements(ulong UpTo, IReadOnlyList<ulong> Single);
