using Payments.Contracts;

namespace Payments.Executor.Psp;

/// <summary>Event ids 3000 to 3099. Ids, kinds and reasons only: never a token, a key or a body.</summary>
internal static partial class PspLog
{
    [LoggerMessage(
        3000, LogLevel.Debug, "{Connection}: {Step} {OperationId}, try {Try}: HTTP {Status}, {Kind} ({Reason})")]
    public static partial void Tried(
        ILogger logger,
        string connection,
        string operationId,
        PspStep step,
        int @try,
        int? status,
        OutcomeKind kind,
        string? reason);

    [LoggerMessage(
        3001, LogLevel.Information, "{Connection}: {Step} {OperationId} is {Kind} ({Reason}) after {Tries} tries")]
    public static partial void Folded(
        ILogger logger,
        string connection,
        string operationId,
        PspStep step,
        OutcomeKind kind,
        string? reason,
        int tries);

    [LoggerMessage(
        3002, LogLevel.Debug, "{Connection}: look at {Step} {OperationId}: HTTP {Status}, {Finding} ({Reason})")]
    public static partial void Looked(
        ILogger logger,
        string connection,
        string operationId,
        PspStep step,
        int? status,
        FindingKind finding,
        string? reason);

    [LoggerMessage(
        3003, LogLevel.Information, "{Connection}: look at {Step} {OperationId} found {Finding}, {Kind} ({Reason})")]
    public static partial void Resolved(
        ILogger logger,
        string connection,
        string operationId,
        PspStep step,
        FindingKind finding,
        OutcomeKind? kind,
        string? reason);

    [LoggerMessage(3004, LogLevel.Warning, "{Connection}: the circuit breaker of {Step} is {State}")]
    public static partial void BreakerChanged(ILogger logger, string connection, PspStep step, BreakerState state);
}
