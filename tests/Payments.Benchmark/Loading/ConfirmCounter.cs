namespace Payments.Benchmark.Loading;

/// <summary>Which of the messages 1, 2, 3 ... of a channel the broker has confirmed, in whatever order it says so.</summary>
internal sealed class ConfirmCounter
{
    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _ahead = [];
    private ulong _all;
    private (ulong Until, TaskCompletionSource Reached)? _waiting;

    /// <summary>All messages up to this one are confirmed.</summary>
    public ulong AllUpTo
    {
        get
        {
            lock (_lock)
                return _all;
        }
    }

    public void Confirm(ulong tag, bool multiple)
    {
        lock (_lock)
        {
            if (multiple && tag > _all)
            {
                _all = tag;
                _ahead.RemoveWhere(t => t <= tag);
            }
            else if (tag > _all)
            {
                _ahead.Add(tag);
            }

            while (_ahead.Remove(_all + 1))
                _all++;
            if (_waiting is { } waiting && _all >= waiting.Until)
            {
                _waiting = null;
                waiting.Reached.SetResult();
            }
        }
    }

    /// <summary>Completes when all messages up to this one are confirmed. One waits at a time.</summary>
    public Task Reach(ulong tag)
    {
        lock (_lock)
        {
            if (_all >= tag)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting = (tag, reached);
            return reached.Task;
        }
    }
}
