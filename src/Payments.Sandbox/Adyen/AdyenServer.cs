using System.Globalization;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Faults;

namespace Payments.Sandbox.Adyen;

/// <summary>Speaks Adyen's Checkout API, version 72.</summary>
internal sealed class AdyenServer(
    Book book,
    AdyenWrites writes,
    AdyenSettler settler,
    AccountFaults faults,
    FaultyWork work,
    IOptions<SandboxOptions> options,
    TimeProvider time)
{
    private const string Version = "v72/";
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 64;

    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(7);

    private long _requests;

    /// <param name="context">The request.</param>
    /// <param name="account">The first segment of the path, or the listener's own account.</param>
    /// <param name="path">What follows the account.</param>
    public async Task HandleAsync(HttpContext context, string account, string path)
    {
        var request = context.Request;
        context.Response.Headers["pspReference"] = string.Create(
            CultureInfo.InvariantCulture, $"REQ{Interlocked.Increment(ref _requests):D13}");
        if (request.Headers["X-API-Key"] != options.Value.Accounts[account].SecretKey)
        {
            await AnswerAsync(context, AdyenErrors.WrongKey());
            return;
        }

        if (InsideFaults.RefusalOf(context, faults, account) is { } status)
        {
            await AnswerAsync(context, status == 429 ? AdyenErrors.RateLimited() : AdyenErrors.Unavailable(status));
            return;
        }

        if (HttpMethods.IsPost(request.Method) && path.StartsWith(Version, StringComparison.Ordinal))
            await PostAsync(context, account, path[Version.Length..]);
        else
            await AnswerAsync(context, AdyenErrors.UnknownUrl());
    }

    private async Task PostAsync(HttpContext context, string account, string path)
    {
        if (await PspWire.ReadBodyAsync(context) is not { } bytes || PspWire.ObjectIn(bytes) is not { } body)
        {
            await AnswerAsync(context, AdyenErrors.NotJson());
            return;
        }

        var key = context.Request.Headers[KeyHeader] is [{ Length: > 0 } sent, ..] ? sent : null;
        if (key is { Length: > LongestKey })
        {
            await AnswerAsync(context, AdyenErrors.Invalid("702", "A key has at most 64 characters."));
            return;
        }

        var segments = PspWire.SegmentsOf(path);
        var call = new AdyenCall(account, segments, body, key);
        if (key is not null)
            context.Response.Headers[KeyHeader] = key;
        var once = new RequestKey(account, key, PspWire.FingerprintOf(path, bytes), KeyLifetime);
        await book.OnceAsync(
            once, () => RunAsync(context, call, once), (state, saved) => RepeatAsync(context, state, saved));
    }

    private static Task RepeatAsync(HttpContext context, KeyState state, SavedAnswer? saved) => saved is null
        ? AnswerAsync(context, state == KeyState.InUse ? AdyenErrors.KeyInUse() : AdyenErrors.KeyMismatch())
        : PspWire.AnswerAsync(context, saved.Status, saved.Body);

    private async Task RunAsync(HttpContext context, AdyenCall call, RequestKey once)
    {
        var fault = InsideFaults.Of(context, isCreate: call.Segments is ["payments"])
            ?? book.Read(() => writes.FaultOf(call));
        var reply = await work.DoAsync(
            context, fault, call.Account, call.Key, () => TakeIn(context, call, fault, once), r => r.IsSaved);
        if (reply is not null)
            await AnswerAsync(context, reply);
    }

    private AdyenReply TakeIn(HttpContext context, AdyenCall call, TokenFault fault, RequestKey once)
    {
        var reply = book.Execute(() => Do(call, fault), r => Line(context, once, r));
        if (reply is { TakenIn: { } modification, Changed: { } intent })
            settler.Add(intent, modification);
        return reply;
    }

    private AdyenReply Do(AdyenCall call, TokenFault fault)
    {
        if (fault == TokenFault.Error)
            return AdyenErrors.Server();
        var reply = writes.Do(call, fault);
        return fault == TokenFault.DoneButError && reply.IsSaved
            ? AdyenErrors.Server() with
            {
                Changed = reply.Changed,
                TakenIn = reply.TakenIn,
                Notifications = reply.Notifications,
            }
            : reply;
    }

    private JournalLine Line(HttpContext context, RequestKey once, AdyenReply reply) => new(
        Intent: reply.Changed,
        Answer: once.Save(reply, context.Response.Headers["pspReference"]!, time.GetUtcNow()),
        Notifications: reply.Notifications);

    private static Task AnswerAsync(HttpContext context, AdyenReply reply)
    {
        if (reply.IsTransient is { } isTransient)
            context.Response.Headers["transient-error"] = isTransient ? "true" : "false";
        return PspWire.AnswerAsync(context, reply);
    }
}
