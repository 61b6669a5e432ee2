using System.Diagnostics.CodeAnalysis;

namespace Payments.Executor.Psp;

/// <summary>A request ready to be stored and sent, or the reason why there cannot be one.</summary>
internal sealed record Preparation
{
    private Preparation(PspRequest? request, Outcome? refusal)
    {
        Request = request;
        Refusal = refusal;
    }

    public PspRequest? Request { get; }

    /// <summary>Always <see cref="OutcomeKind.InvalidRequest"/>: nothing was and nothing will be sent.</summary>
    public Outcome? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Request))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsReady => Request is not null;

    public static Preparation Ready(PspRequest request) => new(request, null);

    public static Preparation Refuse(string reason, string message) =>
        new(null, Outcome.InvalidRequest(reason, message));
}
