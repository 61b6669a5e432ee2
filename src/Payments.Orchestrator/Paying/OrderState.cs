using Payments.Contracts;

namespace Payments.Orchestrator.Paying;

/// <summary>One order of a payment: a row of its own.</summary>
internal sealed record OrderState
{
    private string? _connection;
    private IReadOnlyList<string> _tried = [];

    public required string OrderId { get; init; }

    public required int Position { get; init; }

    public required string SellerId { get; init; }

    public required long AmountMinor { get; init; }

    public required long FeeMinor { get; init; }

    public string? Description { get; init; }

    public OrderStatus Status { get; set; }

    public Doubt Doubt { get; set; }

    /// <summary>The account at a PSP. Another one only by <see cref="GoOn"/>.</summary>
    public string? Connection { get => _connection; init => _connection = value; }

    /// <summary>Counts the operations of the current step: the n of the operation id.</summary>
    public int Attempt { get; set; }

    /// <summary>Connections that were tried.</summary>
    public IReadOnlyList<string> Tried { get => _tried; init => _tried = value; }

    /// <summary>The operation that was sent last.</summary>
    public string? OperationId { get; set; }

    /// <summary>The message id of its command: sent again under the same id.</summary>
    public Ulid? CommandId { get; set; }

    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>How often the PSP was asked about the operation.</summary>
    public int Looks { get; set; }

    /// <summary>
    /// How often it was asked or the operation sent again since there is no certain end: the place in the PSP's timetable.
    /// </summary>
    public int Asks { get; set; }

    /// <summary>When the next question is due; null while nothing is unclear.</summary>
    public DateTimeOffset? AskAt { get; set; }

    /// <summary>The operations that ended, each with the event that ended it.</summary>
    public string? Outcomes { get; set; }

    /// <summary>The charge or authorization: what an undo undoes.</summary>
    public string? ForwardOperationId { get; set; }

    public string? PspReference { get; set; }

    public string? Reason { get; set; }

    /// <summary>The batch it was credited and recorded in.</summary>
    public int Batch { get; set; }

    /// <summary>Its undo was refused or ran out of time: the buyer is owed the amount.</summary>
    public bool Debt { get; set; }

    /// <summary>Whether an answer of the PSP is outstanding.</summary>
    public bool IsAwaited => Status is OrderStatus.Charging or OrderStatus.Authorizing or OrderStatus.Capturing
        or OrderStatus.Voiding or OrderStatus.Refunding;

    /// <summary>
    /// The events that ended the operation, the one that counts last: a refund that was refused may have gone through after all.
    /// </summary>
    public IReadOnlyList<string> OutcomesOf(string operationId) =>
    [
        .. (Outcomes ?? "").Split(' ')
            .Select(outcome => outcome.Split('='))
            .Where(outcome => outcome[0] == StepOf(operationId))
            .Select(outcome => outcome[1]),
    ];

    /// <summary>How many of its operations ended so.</summary>
    public int CountOf(string outcome) => (Outcomes ?? "").Split(' ').Count(ended => ended.EndsWith($"={outcome}", StringComparison.Ordinal));

    /// <summary>Whether it is one of the same step that was sent before the last one.</summary>
    public bool IsEarlier(string operationId) =>
        OperationId is { } last && operationId != last && operationId[..operationId.LastIndexOf('/')] == last[..last.LastIndexOf('/')];

    public void AddOutcome(string operationId, string outcome)
    {
        var ended = $"{StepOf(operationId)}={outcome}";
        Outcomes = Outcomes is null ? ended : $"{Outcomes} {ended}";
    }

    /// <summary>Past this point the other connection is the order's; the one before certainly has nothing.</summary>
    public void GoOn(SettledAttempt settled, string connection)
    {
        if (!settled.Settles(this) || Tried.Contains(connection))
            throw new InvalidOperationException($"Order '{OrderId}' cannot go on to {connection}.");
        _connection = connection;
        _tried = [.. _tried, connection];
    }

    public bool IsTerminal => Status is OrderStatus.Recorded or OrderStatus.Declined or OrderStatus.NotAttempted
        or OrderStatus.Voided or OrderStatus.Refunded;

    /// <summary><c>charge/1</c> of <c>{PaymentId}/{OrderId}/charge/1</c>.</summary>
    private static string StepOf(string operationId) => string.Join('/', operationId.Split('/')[^2..]);
}
