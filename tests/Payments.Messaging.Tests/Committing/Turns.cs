using System.Collections.Concurrent;
using Payments.Contracts;

namespace Payments.Messaging.Tests.Committing;

/// <summary>Sees when work of one payment is done in one process while other work of it is being done.</summary>
internal sealed class Turns
{
    private readonly ConcurrentDictionary<Ulid, int> _inside = new();
    private int _overlaps;

    public int Overlaps => Volatile.Read(ref _overlaps);

    public async Task<CommitResult> Take(Ulid payment, Func<Task<CommitResult>> attempt)
    {
        if (_inside.AddOrUpdate(payment, 1, (_, others) => others + 1) > 1)
            Interlocked.Increment(ref _overlaps);
        try
        {
            return await attempt();
        }
        finally
        {
            _inside.AddOrUpdate(payment, 0, (_, others) => others - 1);
        }
    }
}
