using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Faults;

/// <summary>
/// Stands around the work of one write and does what its <see cref="TokenFault"/> says of time and of the connection, which is
/// the same at each PSP. What the fault makes of the work itself is the PSP's own.
/// </summary>
internal sealed class FaultyWork(Book book, IOptions<SandboxOptions> options, TimeProvider time)
{
    /// <summary>The answer to send; null where the connection was reset instead.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fault">What it meets.</param>
    /// <param name="account">Whose it is.</param>
    /// <param name="key">By what another try of the same is known; null where every try is the first.</param>
    /// <param name="work">Does it.</param>
    /// <param name="isHeldBack">Of an answer: whether it is one that is lost or comes late.</param>
    public async Task<T?> DoAsync<T>(
        HttpContext context, TokenFault fault, string account, string? key, Func<T> work, Func<T, bool> isHeldBack)
        where T : class
    {
        if (fault == TokenFault.Lost || (fault == TokenFault.LostOnce && book.IsFirstLoss(account, key)))
        {
            context.Abort();
            return null;
        }

        // A PSP goes on when its client hangs up; so does this.
        if (fault == TokenFault.Slow)
            await Task.Delay(TimeSpan.FromSeconds(options.Value.SlowSeconds), time, CancellationToken.None);

        var reply = work();
        switch (fault)
        {
            case TokenFault.ResponseLost when isHeldBack(reply):
                context.Abort();
                return null;
            case TokenFault.Stalled when isHeldBack(reply):
                await StallAsync(context);
                break;
        }

        return reply;
    }

    private async Task StallAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Value.StalledSeconds), time, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    }
}
