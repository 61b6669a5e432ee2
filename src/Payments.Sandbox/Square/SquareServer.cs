using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;
using Payments.Sandbox.Faults;

namespace Payments.Sandbox.Square;

/// <summary>Speaks Square's wire format for every account of Square's, on whichever listener the request came.</summary>
internal sealed class SquareServer(
    Book book,
    SquareWrites writes,
    SquareReads reads,
    SquareNotices notices,
    AccountFaults faults,
    FaultyWork work,
    IOptions<SandboxOptions> options,
    TimeProvider time)
{
    /// <param name="context">The request.</param>
    /// <param name="account">The first segment of the path, or the listener's own account.</param>
    /// <param name="path">What follows <c>/v2/</c>.</param>
    public async Task HandleAsync(HttpContext context, string account, string path)
    {
        var request = context.Request;
        if (request.Headers["Square-Version"] is [{ } version, ..])
            context.Response.Headers["Square-Version"] = version;
        if (request.Headers.Authorization.ToString() != "Bearer " + options.Value.Accounts[account].SecretKey)
        {
            await AnswerAsync(context, SquareErrors.WrongToken());
            return;
        }

        if (InsideFaults.RefusalOf(context, faults, account) is { } status)
        {
            await AnswerAsync(context, status == 429 ? SquareErrors.RateLimited() : SquareErrors.Server(status));
            return;
        }

        var segments = PspWire.SegmentsOf(path);
        var call = new SquareCall(account, request.Method, segments, request.Query, []);
        if (HttpMethods.IsGet(request.Method))
            await AnswerAsync(context, book.Read(() => reads.Do(call)));
        else if (HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method))
            await WriteAsync(context, call);
        else
            await AnswerAsync(context, SquareErrors.UnknownUrl(request.Method, call.Path));
    }

    private async Task WriteAsync(HttpContext context, SquareCall called)
    {
        if (await PspWire.ReadBodyAsync(context) is not { } body
            || (body.Length == 0 ? [] : PspWire.ObjectIn(body)) is not { } json)
        {
            await AnswerAsync(context, SquareErrors.Field("body", "EXPECTED_JSON_BODY", "The body is not a JSON object."));
            return;
        }

        var call = called with { Body = json };
        var fingerprint = PspWire.FingerprintOf($"{call.Method} {call.Path}", body);
        if (call.Key is { } key)
        {
            var (state, saved) = book.Begin(call.Account, key, fingerprint);
            if (state != KeyState.Started)
            {
                await RepeatAsync(context, state, saved);
                return;
            }
        }

        try
        {
            await RunAsync(context, call, fingerprint);
        }
        finally
        {
            book.Release(call.Account, call.Key);
        }
    }

    private static Task RepeatAsync(HttpContext context, KeyState state, SavedAnswer? saved) => saved is null
        ? AnswerAsync(context, state == KeyState.InUse ? SquareErrors.KeyInUse() : SquareErrors.KeyReused())
        : PspWire.AnswerAsync(context, saved.Status, saved.Body);

    private async Task RunAsync(HttpContext context, SquareCall call, string fingerprint)
    {
        var fault = InsideFaults.Of(context, isCreate: call is { Method: "POST", Segments: ["payments"] })
            ?? book.Read(() => writes.FaultOf(call));
        var reply = await work.DoAsync(
            context,
            fault,
            call.Account,
            call.Key,
            () => book.Execute(() => Do(call, fault), r => Line(call, fingerprint, r)),
            // What has no key is refused the second time, for what the first has done; that answer is not lost again.
            r => r.IsSaved && (call.Key is not null || r.Changed is not null));
        if (reply is not null)
            await AnswerAsync(context, reply);
    }

    private SquareReply Do(SquareCall call, TokenFault fault)
    {
        if (fault == TokenFault.Error)
            return SquareErrors.Server();
        var reply = writes.Do(call, fault);
        return fault == TokenFault.DoneButError && reply.Changed is not null
            ? SquareErrors.Server() with { Changed = reply.Changed }
            : reply;
    }

    private JournalLine Line(SquareCall call, string fingerprint, SquareReply reply)
    {
        var answer = call.Key is null || !reply.IsSaved
            ? null
            : new SavedAnswer(
                call.Account, call.Key, fingerprint, reply.Status, reply.Body.ToJsonString(), "", time.GetUtcNow());
        var told = call.Segments is ["refunds"]
            ? notices.OfRefund(reply.Changed)
            : notices.Of(reply.Changed, isNew: call.Segments is ["payments"]);
        return new JournalLine(Intent: reply.Changed, Answer: answer, Notifications: told);
    }

    private static Task AnswerAsync(HttpContext context, SquareReply reply) =>
        PspWire.AnswerAsync(context, reply.Status, reply.Body.ToJsonString());
}
