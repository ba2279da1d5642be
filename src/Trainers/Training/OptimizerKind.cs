namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How gradients become changes of weights.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with decoupled weight decay. Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101.</summary>
    AdamW,

    /// <summary>
    /// Adam whose weight decay is part of the gradient, as most papers used it. Kingma and Ba 2014, https://arxiv.org/abs/1412.6980.
    /// </summary>
    Adam,

    /// <summary>Gradient descent with Nesterov momentum, nnU-Net's; wants a learning rate near 0.01 and many steps.</summary>
    SgdNesterov,
}
