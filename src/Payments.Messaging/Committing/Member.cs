namespace Payments.Messaging;

/// <summary>One commit, as a member of a group.</summary>
internal abstract class Member(Origin origin)
{
    private readonly TaskCompletionSource<CommitResult> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<CommitResult> Settled => _settled.Task;

    public Origin Origin { get; } = origin;

    /// <summary>What was said before, if it was settled; it needs no rows then.</summary>
    public CommitResult? Remembered { get; set; }

    /// <summary>Why it fails. A decision over shared rows saw them as its neighbours had left them.</summary>
    public Exception? Failure { get; set; }

    /// <summary>All of one kind are loaded together; null when nothing is to be loaded.</summary>
    public abstract ILoads? Loads { get; }

    /// <summary>Its rows, where other members may decide on the same object; null when they are its own.</summary>
    public object? SharedRows { get; set; }

    /// <summary>What is to be written; null when nothing is: it was settled before, it fails, or it has to come again.</summary>
    public Effects? Effects { get; private set; }

    public IReadOnlyList<OutgoingMessage> Messages { get; private set; } = [];

    /// <summary>A group that failed is worked on again: nothing of the last time counts.</summary>
    public void Reset()
    {
        Remembered = null;
        Failure = null;
        SharedRows = null;
        Effects = null;
    }

    /// <summary>A decision that throws fails by itself; false then.</summary>
    public async ValueTask<bool> Decide(TimeProvider time)
    {
        if (Remembered is not null || Failure is not null)
            return true;

        try
        {
            (Effects, Messages) = await Prepare(time);
            return true;
        }
        catch (Exception exception)
        {
            Failure = exception;
            return false;
        }
    }

    /// <summary>Nothing of it is to be written: it has to load and decide again.</summary>
    public void Retract() => Effects = null;

    /// <summary>The group is committed: tells the one who waits.</summary>
    public void Complete()
    {
        if (Failure is { } failure)
            Fail(failure);
        else
            _settled.SetResult(Remembered ?? (Effects is null ? CommitResult.Clash : new CommitResult(CommitKind.Committed, Messages)));
    }

    /// <summary>Somebody else was first.</summary>
    public void Clash() => _settled.SetResult(CommitResult.Clash);

    /// <summary>A cancellation would have the broker deliver the message again at once, and for ever: it is a failure.</summary>
    public void Fail(Exception exception) => _settled.SetException(exception is OperationCanceledException
        ? new InvalidOperationException("What was to be committed was cancelled.", exception)
        : exception);

    protected abstract ValueTask<(Effects Effects, OutgoingMessage[] Messages)> Prepare(TimeProvider time);

    protected OutgoingMessage[] Seal(Effects effects, TimeProvider time)
    {
        var messages = new OutgoingMessage[effects.Messages.Count];
        for (var i = 0; i < messages.Length; i++)
            messages[i] = Envelope.Seal(effects.Messages[i], Origin, time);
        return messages;
    }
}

/// <summary>Effects that were decided before. Sealed once: whatever comes between, the same ids and bytes.</summary>
internal sealed class DecidedMember : Member
{
    private readonly Effects _effects;
    private readonly OutgoingMessage[] _messages;

    public DecidedMember(Origin origin, Effects effects, TimeProvider time)
        : base(origin)
    {
        _effects = effects;
        _messages = Seal(effects, time);
    }

    public override ILoads? Loads => null;

    protected override ValueTask<(Effects Effects, OutgoingMessage[] Messages)> Prepare(TimeProvider time) => new((_effects, _messages));
}

/// <summary>Effects that are decided over rows the group has loaded.</summary>
internal sealed class DecidingMember<TKey, TRows>(
    Origin origin, TKey key, Func<TRows, ValueTask<Effects>> decide, ILoads loads) : Member(origin)
{
    private readonly ExecutionContext _context = ExecutionContext.Capture()!;

    public override ILoads? Loads => loads;

    public TKey Key => key;

    public TRows Rows { private get; set; } = default!;

    /// <summary>Under the trace and the log scopes of the delivery: the group runs under nobody's.</summary>
    protected override ValueTask<(Effects Effects, OutgoingMessage[] Messages)> Prepare(TimeProvider time)
    {
        ValueTask<(Effects, OutgoingMessage[])> prepared = default;
        ExecutionContext.Run(_context, _ => prepared = DecideAndSeal(time), null);
        return prepared;
    }

    private async ValueTask<(Effects Effects, OutgoingMessage[] Messages)> DecideAndSeal(TimeProvider time)
    {
        var effects = await decide(Rows);
        return (effects, Seal(effects, time));
    }
}
