using System.Text.Json;
using Polly;
using Polly.Retry;

namespace Payments.Executor.Psp;

/// <summary>
/// Sends an operation's stored bytes, at most a few times under the same key, within a budget of time, and folds what
/// the tries say. Retries only what cannot act twice. One per connection.
/// </summary>
internal sealed class PspPipeline
{
    /// <summary>A try with less than this share of its limit left is not started.</summary>
    private const double LeastShareOfTryLimit = 0.2;

    /// <summary>Above every page limit of the adapters; it only keeps a defect from asking for ever.</summary>
    private const int MostPages = 50;

    private static readonly ResiliencePropertyKey<Run> RunKey = new("run");

    private readonly string _connection;
    private readonly IPspAdapter _adapter;
    private readonly PspTransport _transport;
    private readonly PspGuard _guard;
    private readonly PspPipelineOptions _options;
    private readonly TimeSpan? _searchLag;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<Step> _retry;

    public PspPipeline(
        string connection,
        IPspAdapter adapter,
        PspTransport transport,
        PspGuard guard,
        PspPipelineOptions options,
        TimeSpan? searchLag,
        TimeProvider time,
        ILogger logger)
    {
        _connection = connection;
        _adapter = adapter;
        _transport = transport;
        _guard = guard;
        _options = options;
        _searchLag = searchLag;
        _time = time;
        _logger = logger;
        _retry = options.MaxTries == 1 ? ResiliencePipeline<Step>.Empty : BuildRetry();
    }

    private TimeSpan TryLimit => TimeSpan.FromSeconds(_options.TryLimitSeconds);

    private TimeSpan TotalLimit => TimeSpan.FromSeconds(_options.TotalLimitSeconds);

    private TimeSpan LeastTry => TryLimit * LeastShareOfTryLimit;

    /// <inheritdoc cref="PspConnection.SendAsync"/>
    public async Task<PspResult> SendAsync(
        PspOperation operation, PspRequest request, PspSend send, CancellationToken cancellationToken)
    {
        var run = new Run(_time.GetTimestamp(), send);
        Outcome outcome;
        if (send.MayHaveArrived && WhyNoReplay(operation, send) is { } reason)
        {
            outcome = Outcome.InDoubt(reason, "An earlier try may have arrived, and it may not be repeated.");
        }
        else
        {
            var last = await RetryAsync(
                run, () => TryOnceAsync(operation, request, run, cancellationToken), cancellationToken);
            if (last.Answer is { Next: AfterTry.Read } answer)
                await ReadStateAsync(operation, answer, run, cancellationToken);
            Outcome[] all = [.. run.Tries.Select(t => t.Outcome), .. run.Unsent is { } unsent ? [unsent] : (Outcome[])[]];
            outcome = OutcomeFold.Fold(all, send.MayHaveArrived);
        }

        PspLog.Folded(
            _logger, _connection, operation.OperationId, operation.Step, outcome.Kind, outcome.Reason, run.Tries.Count);
        return new PspResult(outcome, run.Tries);
    }

    /// <inheritdoc cref="PspConnection.ResolveAsync"/>
    public async Task<Finding> ResolveAsync(
        PspOperation operation, string? pspReference, CancellationToken cancellationToken)
    {
        var run = new Run(_time.GetTimestamp(), PspSend.First);
        var finding = await LookAsync(operation, pspReference, run, cancellationToken);
        PspLog.Resolved(
            _logger,
            _connection,
            operation.OperationId,
            operation.Step,
            finding.Kind,
            finding.Outcome?.Kind,
            finding.Outcome?.Reason);
        return finding;
    }

    private async Task<Finding> LookAsync(
        PspOperation operation, string? pspReference, Run run, CancellationToken cancellationToken)
    {
        if (_adapter.PrepareRetrieve(operation, pspReference) is { } retrieve)
        {
            return await ReadAsync(
                operation, retrieve, run, r => _adapter.ClassifyRetrieve(operation, r), cancellationToken);
        }

        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            if (_adapter.PrepareLookUp(operation, cursor) is not { } lookUp)
                return Finding.NotOffered();
            var asked = cursor;
            var finding = await ReadAsync(
                operation, lookUp, run, r => _adapter.ClassifyLookUp(operation, asked, r), cancellationToken);
            if (finding.Kind == FindingKind.Absent && _searchLag is { } lag)
                return Finding.Absent(lag);
            if (finding.Kind != FindingKind.More)
                return finding;
            cursor = finding.Cursor;
        }

        return Finding.Unclear(Reasons.NoAnswer, "The look-up has more pages than it may take.");
    }

    private async Task<Finding> ReadAsync(
        PspOperation operation,
        PspRequest request,
        Run run,
        Func<PspResponse, Finding> classify,
        CancellationToken cancellationToken)
    {
        if (Remaining(run) < LeastTry)
            return Finding.Unclear(Reasons.NoAnswer, "No time is left for another read.");
        var last = await RetryAsync(
            run, () => ReadOnceAsync(operation, request, run, classify, cancellationToken), cancellationToken);
        return last.Finding!;
    }

    private async Task<Step> TryOnceAsync(
        PspOperation operation, PspRequest request, Run run, CancellationToken cancellationToken)
    {
        // What may have arrived keeps its own path: no breaker stands in it.
        var forward = run.Send.MayHaveArrived || operation.Step is PspStep.Void or PspStep.Refund
            ? (PspStep?)null
            : operation.Step;
        var (startedAt, started) = (_time.GetUtcNow(), _time.GetTimestamp());
        var wasSent = false;
        var (response, failure) = await _guard.Send(
            forward,
            Longer(Remaining(run) - LeastTry, TimeSpan.Zero),
            () =>
            {
                wasSent = true;
                (startedAt, started) = (_time.GetUtcNow(), _time.GetTimestamp());
                return _transport.SendAsync(request, LimitOf(run), cancellationToken);
            },
            cancellationToken);
        if (!wasSent)
            return NotSent(operation, run, failure!);

        var answer = response is null
            ? new Answer(failure!, AfterLoss(operation, failure!))
            : Doubted(operation, _adapter.Classify(operation, response), run);
        run.Tries.Add(new TryResult
        {
            Purpose = TryPurpose.Send,
            StartedAt = startedAt,
            Took = Count(operation.Step, answer.Outcome, _time.GetElapsedTime(started)),
            HttpStatus = response?.Status,
            PspRequestId = response is null ? null : _adapter.RequestIdOf(response),
            Outcome = answer.Outcome,
        });
        var wantsRetry = answer.Next == AfterTry.RetrySameKey && IsRepeatable(operation, run);
        PspLog.Tried(
            _logger,
            _connection,
            operation.OperationId,
            operation.Step,
            run.Tries.Count,
            response?.Status,
            answer.Outcome.Kind,
            answer.Outcome.Reason);
        return new Step(wantsRetry, response?.RetryAfter, answer, null);
    }

    private Step NotSent(PspOperation operation, Run run, Outcome outcome)
    {
        run.Unsent = outcome;
        PspMetrics.Tried(_connection, operation.Step, outcome.Reason!, took: null);
        return new Step(false, null, new Answer(outcome), null);
    }

    private TimeSpan Count(PspStep step, Outcome outcome, TimeSpan took)
    {
        var word = outcome.Kind is OutcomeKind.InDoubt or OutcomeKind.NotAttempted or OutcomeKind.InvalidRequest
            ? outcome.Reason!
            : JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.Kind.ToString());
        _guard.Recent.Count(word);
        PspMetrics.Tried(_connection, step, word, took);
        return took;
    }

    private async Task<Step> ReadOnceAsync(
        PspOperation operation,
        PspRequest request,
        Run run,
        Func<PspResponse, Finding> classify,
        CancellationToken cancellationToken)
    {
        var (response, failure) = await _guard.Send(
            forward: null,
            Longer(Remaining(run) - LeastTry, TimeSpan.Zero),
            () => _transport.SendAsync(request, LimitOf(run), cancellationToken),
            cancellationToken);
        var finding = response is null ? Finding.Unclear(failure!.Reason!, failure.Message) : classify(response);
        PspLog.Looked(
            _logger,
            _connection,
            operation.OperationId,
            operation.Step,
            response?.Status,
            finding.Kind,
            finding.Outcome?.Reason);
        return new Step(finding.Kind == FindingKind.Unclear, response?.RetryAfter, null, finding);
    }

    private async Task ReadStateAsync(
        PspOperation operation, Answer refusal, Run run, CancellationToken cancellationToken)
    {
        var (startedAt, started) = (_time.GetUtcNow(), _time.GetTimestamp());
        // The last try is the refused one.
        var isFirst = !MayHaveArrived(run, run.Tries.SkipLast(1));
        var finding = await LookAsync(operation, refusal.Outcome.PspReference, run, cancellationToken);
        var outcome = finding.Kind switch
        {
            FindingKind.Known => finding.Outcome!,
            // What an earlier try did may not be shown yet: one look is no proof that the refusal is about something else.
            FindingKind.Absent when isFirst || finding.IndexLag == TimeSpan.Zero => refusal.IfAbsent ?? refusal.Outcome,
            FindingKind.Absent => refusal.Outcome,
            FindingKind.Unclear or FindingKind.More => refusal.Outcome,
        };
        run.Tries.Add(new TryResult
        {
            Purpose = TryPurpose.Read,
            StartedAt = startedAt,
            Took = _time.GetElapsedTime(started),
            Outcome = outcome,
        });
    }

    // Where nothing may be repeated, a look is all that is left, and the sooner the better.
    private AfterTry AfterLoss(PspOperation operation, Outcome failure) =>
        failure.Kind == OutcomeKind.InDoubt && !_adapter.ReplayOf(operation.Step).IsSafe
            ? AfterTry.Read
            : AfterTry.RetrySameKey;

    // A refund that is refused for now is sent again under another key, so the refusal must not be of a second one at once, for
    // want of the very money that the first is giving back. All other refusals hold: the tries share a key.
    private static Answer Doubted(PspOperation operation, Answer answer, Run run) =>
        operation.Step == PspStep.Refund
        && answer.Outcome is { Decline: DeclineKind.Soft, PspReference: null }
        && MayHaveArrived(run, run.Tries)
            ? new Answer(
                Outcome.InDoubt(Reasons.UnexpectedState, "Refused for now, after a try that may have arrived.") with
                {
                    PspCode = answer.Outcome.PspCode,
                },
                AfterTry.Read,
                IfAbsent: answer.Outcome)
            : answer;

    private static bool MayHaveArrived(Run run, IEnumerable<TryResult> tries) =>
        run.Send.MayHaveArrived || tries.Any(t => t.Outcome.Kind != OutcomeKind.NotAttempted);

    // What surely did not arrive may be sent again even where there is no key.
    private bool IsRepeatable(PspOperation operation, Run run) =>
        !MayHaveArrived(run, run.Tries) || WhyNoReplay(operation, run.Send) is null;

    private string? WhyNoReplay(PspOperation operation, PspSend send)
    {
        var rule = _adapter.ReplayOf(operation.Step);
        if (!send.ReplayAllowed || !rule.IsSafe)
            return Reasons.ReplayNotAllowed;
        var now = _time.GetUtcNow();
        // A replay whose first try nobody dated is as old as the operation.
        var firstTriedAt = send.FirstTriedAt ?? (send.MayHaveArrived ? operation.CreatedAt : now);
        return now - firstTriedAt + TotalLimit < rule.KeyLifetime ? null : Reasons.KeyExpired;
    }

    private TimeSpan Remaining(Run run) => TotalLimit - _time.GetElapsedTime(run.Started);

    private TimeSpan LimitOf(Run run)
    {
        var remaining = Remaining(run);
        return remaining < TryLimit ? Longer(remaining, TimeSpan.FromMilliseconds(1)) : TryLimit;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private async Task<Step> RetryAsync(Run run, Func<Task<Step>> once, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(RunKey, run);
            return await _retry.ExecuteAsync(static async (_, once) => await once(), context, once);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<Step> BuildRetry() =>
        new ResiliencePipelineBuilder<Step> { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions<Step>
            {
                MaxRetryAttempts = _options.MaxTries - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(_options.BackoffSeconds),
                MaxDelay = TimeSpan.FromSeconds(_options.MaxBackoffSeconds),
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Result is { WantsRetry: true } step && HasTime(args.Context, step)),
                DelayGenerator = static args => ValueTask.FromResult(args.Outcome.Result?.RetryAfter),
            })
            .Build();

    // A wait that the PSP asks for and the budget does not hold ends the run.
    private bool HasTime(ResilienceContext context, Step step)
    {
        var run = context.Properties.GetValue(RunKey, null!);
        var wait = step.RetryAfter ?? TimeSpan.FromSeconds(_options.MaxBackoffSeconds);
        return Remaining(run) >= wait + LeastTry;
    }

    private sealed record Step(bool WantsRetry, TimeSpan? RetryAfter, Answer? Answer, Finding? Finding);

    private sealed record Run(long Started, PspSend Send)
    {
        public List<TryResult> Tries { get; } = [];

        /// <summary>Why the last try was not sent, where it was not.</summary>
        public Outcome? Unsent { get; set; }
    }
}
