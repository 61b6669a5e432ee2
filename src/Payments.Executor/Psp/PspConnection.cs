namespace Payments.Executor.Psp;

/// <summary>One configured account at a PSP: what a consumer of commands for that connection works with.</summary>
internal sealed class PspConnection(
    string name, string format, IPspAdapter adapter, PspGuard guard, PspPipeline pipeline)
{
    /// <summary>Such as <c>stripe-a</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The wire format's name, such as <c>stripe</c>.</summary>
    public string Format { get; } = format;

    public PspGuard Guard { get; } = guard;

    public IPspAdapter Adapter { get; } = adapter;

    /// <summary>The request to store before <see cref="SendAsync"/>, or why there is none.</summary>
    public Preparation Prepare(PspOperation operation) => Adapter.Prepare(operation);

    /// <summary>
    /// Sends the stored request, repeats it where that is safe, and folds the answers. Takes at most
    /// <see cref="PspPipelineOptions.TotalLimitSeconds"/>. Call it outside any transaction.
    /// </summary>
    /// <param name="operation">The operation the request was prepared from.</param>
    /// <param name="request">Exactly what was stored.</param>
    /// <param name="send">What the record says about earlier runs.</param>
    /// <param name="cancellationToken">For a process that stops. What was under way then may have arrived.</param>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled: count it as a try that may have arrived.
    /// </exception>
    public Task<PspResult> SendAsync(
        PspOperation operation, PspRequest request, PspSend send, CancellationToken cancellationToken) =>
        pipeline.SendAsync(operation, request, send, cancellationToken);

    /// <summary>
    /// Asks the PSP what became of an operation in doubt or pending: by reference where that tells, otherwise by our
    /// operation id. Moves no money. Never <see cref="FindingKind.More"/>.
    /// </summary>
    public Task<Finding> ResolveAsync(
        PspOperation operation, string? pspReference, CancellationToken cancellationToken) =>
        pipeline.ResolveAsync(operation, pspReference, cancellationToken);
}
