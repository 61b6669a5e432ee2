using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Publishing;

/// <summary>
/// Takes a posted payment in: claims its key, publishes it, remembers the answer. A crash in between leaves a lease
/// that runs out, and the next post goes on with the same payment id; the front door tells a second message from a
/// second payment.
/// </summary>
internal sealed class PaymentTaking(HttpRequestTable requests, IConfirmedPublisher publisher, TimeProvider time)
{
    /// <summary>
    /// Longer than a caller waits for the broker's confirm, so that nobody takes over what still runs.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // While the broker is away, what waits for it is held in memory.
    private const int MostWaiting = 500;

    private int _waiting;

    public async Task<TakingResult> Take(PostedPayment posted, CancellationToken cancellationToken)
    {
        var hash = posted.Hash();
        var publishing = Task.CompletedTask;
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
                return TakingResult.Unavailable;

            var wanted = posted.PaymentId ?? Ulid.NewUlid();
            if (await requests.Claim(posted, hash, wanted, Lease, cancellationToken) is not { } paymentId)
                return Judge(await requests.Read(posted, cancellationToken), hash);

            var answer = new PaymentAccepted { PaymentId = paymentId };
            publishing = Publish(posted, answer);
            await publishing.WaitAsync(Patience, time, CancellationToken.None);
            return new TakingResult(TakingKind.Accepted, answer);
        }
        catch (TimeoutException)
        {
            return TakingResult.Unavailable;
        }
        finally
        {
            // What was given up here still goes on: the message may be with the broker.
            _ = publishing.ContinueWith(_ => Interlocked.Decrement(ref _waiting), TaskScheduler.Default);
        }
    }

    private static TakingResult Judge(KnownRequest known, byte[] hash) =>
        !known.Hash.AsSpan().SequenceEqual(hash) ? TakingResult.Different
        : known.Answer is { } answer ? new TakingResult(TakingKind.Replayed, answer)
        : TakingResult.Busy;

    private async Task Publish(PostedPayment posted, PaymentAccepted answer)
    {
        await publisher.Publish([RequestEnvelope.Seal(posted, answer.PaymentId, time)]);
        await requests.Accept(posted, answer);
    }
}

internal enum TakingKind
{
    /// <summary>The broker has confirmed it.</summary>
    Accepted,

    /// <summary>The same request was accepted before: this is the answer of then.</summary>
    Replayed,

    /// <summary>The key is known with another body.</summary>
    Different,

    /// <summary>The same request is being taken in at this moment.</summary>
    Busy,

    /// <summary>The broker does not confirm; whether it has the message is open.</summary>
    Unavailable,
}

/// <param name="Kind">How it ended.</param>
/// <param name="Answer">Where it was accepted, now or before.</param>
internal sealed record TakingResult(TakingKind Kind, PaymentAccepted? Answer)
{
    public static TakingResult Different { get; } = new(TakingKind.Different, null);

    public static TakingResult Busy { get; } = new(TakingKind.Busy, null);

    public static TakingResult Unavailable { get; } = new(TakingKind.Unavailable, null);
}
