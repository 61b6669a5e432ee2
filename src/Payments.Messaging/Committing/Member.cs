namespace Payments.Messaging;

/// <summary>One commit, as a member of a group.</summary>
internal abstract class Member(Origin origin) : ILoading
{
    private readonly TaskCompletionSource<CommitResult> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<CommitResult> Settled => _settled.Task;

    public Origin Origin { get; } = origin;

    public CommitResult? Remembered { get; set; }

    public Exception? Failure { get; set; }

    public abstract ILoads? Loads { get; }

    /// <summary>What is to be written; null when nothing is, as it was settled before or cannot be decided.</summary>
    public Effects? Effects { get; private set; }

    public IReadOnlyList<OutgoingMessage> Messages { get; private set; } = [];

    /// <summary>A group that failed is worked on again: nothing of the last time counts.</summary>
    public void Reset()
    {
        Remembered = null;
        Failure = null;
        Effects = null;
    }

    /// <summary>A decision that throws fails by itself: its neighbours do not notice.</summary>
    public void Decide(TimeProvider time)
    {
        if (Remembered is not null || Failure is not null)
            return;

        try
        {
            (Effects, Messages) = Prepare(time);
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
    }

    /// <summary>The group is committed: tells the one who waits.</summary>
    public void Complete()
    {
        if (Failure is { } failure)
            Fail(failure);
        else
            _settled.SetResult(Remembered ?? new CommitResult(CommitKind.Committed, Messages));
    }

    public void Clash() => _settled.SetResult(CommitResult.Clash);

    /// <summary>A cancellation would have the broker deliver the message again at once, and for ever: it is a failure.</summary>
    public void Fail(Exception exception) => _settled.SetException(exception is OperationCanceledException
        ? new InvalidOperationException("What was to be committed was cancelled.", exception)
        : exception);

    protected abstract (Effects Effects, IReadOnlyList<OutgoingMessage> Messages) Prepare(TimeProvider time);

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

    protected override (Effects Effects, IReadOnlyList<OutgoingMessage> Messages) Prepare(TimeProvider time) => (_effects, _messages);
}

/// <summary>Effects that are decided over rows the group has locked.</summary>
internal sealed class DecidingMember<TKey, TRows>(Origin origin, Decision<TKey, TRows> decision, ILoads loads)
    : Member(origin), ILoading<TKey, TRows>
{
    private readonly System.Diagnostics.Activity? _activity = System.Diagnostics.Activity.Current;

    public override ILoads? Loads => loads;

    public TKey Key => decision.Key;

    public TRows Rows { private get; set; } = default!;

    protected override (Effects Effects, IReadOnlyList<OutgoingMessage> Messages) Prepare(TimeProvider time)
    {
        // The group runs under nobody's trace: what is sent continues the delivery's.
        System.Diagnostics.Activity.Current = _activity;
        try
        {
            var effects = decision.Decide(Rows);
            return (effects, Seal(effects, time));
        }
        finally
        {
            System.Diagnostics.Activity.Current = null;
        }
    }
}
