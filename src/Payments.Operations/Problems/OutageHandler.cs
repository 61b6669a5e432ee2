using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Payments.Operations.Problems;

/// <summary>A database that does not answer is 503, try again, and not a fault of this program.</summary>
internal sealed partial class OutageHandler(IProblemDetailsService problems, ILogger<OutageHandler> logger)
    : IExceptionHandler
{
    public const string RetryAfterSeconds = "2";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!IsOutage(exception))
            return false;

        LogOutage(logger, exception.Message);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Type = "urn:payments:problem:unavailable",
                Title = "Not available now.",
                Detail = "The database does not answer. Nothing is lost: send the same request again.",
            },
        });
    }

    /// <summary>EF Core wraps what it takes for transient.</summary>
    private static bool IsOutage(Exception exception) =>
        exception is DbException { IsTransient: true } or TimeoutException
        || (exception.InnerException is { } inner && IsOutage(inner));

    [LoggerMessage(7001, LogLevel.Warning, "Answered 503: {Reason}")]
    private static partial void LogOutage(ILogger logger, string reason);
}
