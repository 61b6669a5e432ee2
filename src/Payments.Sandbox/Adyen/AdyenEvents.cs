namespace Payments.Sandbox.Adyen;

/// <summary>The event codes of what is done later.</summary>
internal static class AdyenEvents
{
    public const string Capture = "CAPTURE";
    public const string CaptureFailed = "CAPTURE_FAILED";
    public const string Cancellation = "CANCELLATION";
    public const string TechnicalCancel = "TECHNICAL_CANCEL";
    public const string CancelOrRefund = "CANCEL_OR_REFUND";
    public const string Refund = "REFUND";
    public const string RefundFailed = "REFUND_FAILED";
}
