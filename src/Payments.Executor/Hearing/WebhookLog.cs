using Payments.Executor.Psp;

namespace Payments.Executor.Hearing;

/// <summary>Event ids 3200 to 3299. Never a body, a header or a signature: whoever can reach us chooses them.</summary>
internal static partial class WebhookLog
{
    [LoggerMessage(
        3200,
        LogLevel.Warning,
        "{Connection}: notifications refused since the last such line: {Count}; the latest is {Verdict}. One line a minute.")]
    public static partial void Refused(ILogger logger, string connection, int count, WebhookVerdict verdict);

    [LoggerMessage(
        3201,
        LogLevel.Warning,
        "{Connection}: notifications not stored since the last such line: {Count}, {Reason}; the PSP will send them again. "
            + "One line a minute.")]
    public static partial void NotStored(ILogger logger, string connection, int count, string reason);

    [LoggerMessage(3202, LogLevel.Debug, "{Connection}: notification {WebhookId} ({Type}): {Result}.")]
    public static partial void Applied(ILogger logger, string connection, Guid webhookId, string type, string result);

    [LoggerMessage(
        3203, LogLevel.Warning, "{Connection}: nobody knows an operation for notification {WebhookId} ({Type}); it is kept.")]
    public static partial void Unknown(ILogger logger, string connection, Guid webhookId, string type);

    [LoggerMessage(
        3204, LogLevel.Warning, "{Connection}: notification {WebhookId} ({Type}) speaks against how {OperationId} was settled.")]
    public static partial void AgainstSettled(
        ILogger logger, string connection, Guid webhookId, string type, string operationId);
}
