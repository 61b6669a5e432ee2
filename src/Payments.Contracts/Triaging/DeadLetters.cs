using System.Text.Json;

namespace Payments.Contracts;

/// <summary>The body of <c>GET /v1/dead-letters/groups</c>: seen last first.</summary>
public sealed record DeadLetterGroupPage
{
    public required IReadOnlyList<DeadLetterGroup> Groups { get; init; }

    /// <summary>All groups that the filter lets pass, on this page or another.</summary>
    public required int Total { get; init; }

    /// <summary>Pass it as <c>cursor</c> for the next page; null on the last one.</summary>
    public string? Next { get; init; }
}

/// <summary>Letters of one endpoint, reason, message type, exception type and place in the code.</summary>
public sealed record DeadLetterGroup
{
    /// <summary>A hash of the five, written as a ULID is.</summary>
    public required Ulid GroupId { get; init; }

    /// <summary>The queue in which the messages were before they failed; for unrouted ones the exchange.</summary>
    public required string Endpoint { get; init; }

    /// <summary><c>fault</c>, <c>skipped</c>, <c>delivery_limit</c>, <c>unrouted</c> or <c>unreadable</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>For instance <c>Payments.Contracts:CreditWallets</c>; null where the body does not say.</summary>
    public string? MessageType { get; init; }

    /// <summary>Without type arguments; of PostgreSQL's errors with the SQLSTATE.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>Namespace, type and method where it was thrown, as far as it is ours.</summary>
    public string? Frame { get; init; }

    /// <summary>The text of the letter that failed last; card numbers are masked.</summary>
    public string? LastMessage { get; init; }

    /// <summary><c>open</c>; <c>muted</c> until a time; <c>resolved</c>: no letter is open or replaying.</summary>
    public required string State { get; init; }

    /// <summary>Who works on it: the name given.</summary>
    public string? Assignee { get; init; }

    /// <summary>Until then it is not shown among the open ones. It may be over.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>When a letter came although it was resolved.</summary>
    public DateTimeOffset? ReopenedAt { get; init; }

    /// <summary>Letters to be dealt with.</summary>
    public required long Open { get; init; }

    public required long Letters { get; init; }

    /// <summary>Letters that failed in the last 60 minutes.</summary>
    public required int LastHour { get; init; }

    /// <summary>Letters that failed in the last 24 hours.</summary>
    public required int LastDay { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>
    /// Of the letters that are open or replaying, by currency; each order counts once, however many letters name it. Empty: none.
    /// </summary>
    public required IReadOnlyList<Money> AtRisk { get; init; }
}

/// <summary>The body of <c>GET /v1/dead-letters</c>: failed last first.</summary>
public sealed record DeadLetterPage
{
    public required IReadOnlyList<DeadLetterSummary> Letters { get; init; }

    /// <summary>All letters that the filter lets pass, on this page or another.</summary>
    public required int Total { get; init; }

    /// <summary>Pass it as <c>cursor</c> for the next page; null on the last one.</summary>
    public string? Next { get; init; }
}

/// <summary>One message that ended in a dead-letter queue. Card numbers are masked in every text of it.</summary>
public sealed record DeadLetterSummary
{
    public required Ulid LetterId { get; init; }

    public required Ulid GroupId { get; init; }

    /// <summary>
    /// <c>open</c>: to be dealt with. <c>replaying</c>: sent on, or about to be, and the outcome not known yet. <c>resolved</c>
    /// by a replay, as <see cref="Outcome"/> says. <c>discarded</c> by an operator.
    /// </summary>
    public required string State { get; init; }

    /// <summary>
    /// Of the replay that resolved it: <c>succeeded</c>, <c>no_op</c>, <c>failed_again</c> or <c>superseded</c>.
    /// </summary>
    public string? Outcome { get; init; }

    /// <summary>Where it was found, for instance <c>wallets_error</c>.</summary>
    public required string Queue { get; init; }

    public required string Endpoint { get; init; }

    /// <summary><c>fault</c>, <c>skipped</c>, <c>delivery_limit</c>, <c>unrouted</c> or <c>unreadable</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was given up, as it says itself; when it was collected, where it does not.</summary>
    public required DateTimeOffset FailedAt { get; init; }

    public required DateTimeOffset CollectedAt { get; init; }

    public string? MessageType { get; init; }

    /// <summary>Null for a letter that is no payment's, or cannot be read.</summary>
    public Ulid? PaymentId { get; init; }

    public required IReadOnlyList<string> OrderIds { get; init; }

    /// <summary>What the message asks for; null where it asks for no money, or several currencies.</summary>
    public Money? Amount { get; init; }

    /// <summary>The saga's state now; null where no such payment is known.</summary>
    public string? PaymentState { get; init; }

    /// <summary>What the saga waits for now.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>
    /// What is not settled yet of the orders that the letter names, or of all of its payment's; of an unknown payment what the
    /// message asks for. Null: no money is known of.
    /// </summary>
    public Money? AtRisk { get; init; }

    public string? ExceptionType { get; init; }

    public string? ExceptionMessage { get; init; }
}

/// <summary>The body of <c>GET /v1/dead-letters/{id}</c>: the letter, and the payment it belongs to.</summary>
public sealed record DeadLetterDetails
{
    public required DeadLetterSummary Letter { get; init; }

    public string? MessageId { get; init; }

    public string? ContentType { get; init; }

    public required IReadOnlyList<string> SellerIds { get; init; }

    public string? MerchantId { get; init; }

    public string? OperationId { get; init; }

    /// <summary>What was thrown, outermost first.</summary>
    public required IReadOnlyList<DeadLetterException> Exceptions { get; init; }

    public string? StackTrace { get; init; }

    /// <summary>The type that consumed it.</summary>
    public string? Consumer { get; init; }

    /// <summary>Machine, process and version of the worker.</summary>
    public string? Host { get; init; }

    /// <summary>How often it was tried again.</summary>
    public int? Retries { get; init; }

    /// <summary>Exchange, routing key, properties and headers, with their AMQP types.</summary>
    public required JsonElement Headers { get; init; }

    /// <summary><c>json</c>, <c>text</c>, <c>binary</c> or <c>empty</c>.</summary>
    public required string BodyKind { get; init; }

    /// <summary>The true size, in bytes.</summary>
    public required long BodyBytes { get; init; }

    /// <summary>SHA-256 of the body as it was delivered, hexadecimal.</summary>
    public required string BodySha256 { get; init; }

    /// <summary>The beginning of the body, up to 64 KiB: as text, a binary one in base 64.</summary>
    public required string Body { get; init; }

    /// <summary>Whether there is more of it than is shown.</summary>
    public required bool BodyIsCut { get; init; }

    /// <summary>How many card numbers were masked; with any the letter can only be sent on edited.</summary>
    public required int CardNumbers { get; init; }

    /// <summary>Every try to send it on, newest first.</summary>
    public IReadOnlyList<DeadLetterReplay> Replays { get; init; } = [];

    /// <summary>Where it is discarded.</summary>
    public DeadLetterDiscard? Discard { get; init; }

    /// <summary>The last edit of it.</summary>
    public DeadLetterEdit? Edit { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<DeadLetterNote> Notes { get; init; } = [];

    /// <summary>As <c>GET /v1/payments/{id}</c> has it; null where no such payment is known.</summary>
    public PaymentDetails? Payment { get; init; }
}

/// <summary>One exception of a chain.</summary>
/// <param name="Type">With its namespace.</param>
/// <param name="Message">Card numbers are masked.</param>
public sealed record DeadLetterException(string Type, string Message);
